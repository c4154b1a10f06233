import { Controller, Get, HttpException, Query } from '@nestjs/common';

@Controller({ path: 'audit' })
export class AuditController {
  @Get('log')
  find(@Query('day') day: string): unknown { // span: AuditController.find // span: find [parent=AuditController.find] // span: GET [http.target|url.path=/audit/log*]
    if (day === 'tomorrow') throw new HttpException('not yet', 400);
    return [];
  }
}
