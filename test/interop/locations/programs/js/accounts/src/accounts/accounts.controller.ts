import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { AccountsService } from './accounts.service';

@Controller('accounts')
export class AccountsController {
  constructor(private readonly accounts: AccountsService) {}

  @Get()
  list(): Promise<unknown> { // span: AccountsController.list // span: list // span: GET [http.target|url.path=/accounts]
    return this.accounts.list();
  }

  @Get('by-order/:orderId')
  byOrder(@Param('orderId') orderId: string): unknown { // span: AccountsController.byOrder // span: byOrder // span: GET [http.target|url.path=/accounts/by-order/*]
    return { orderId, account: 'ann' };
  }

  @Get(':id')
  find(@Param('id') id: string): Promise<unknown> { // span: AccountsController.find // span: find // span: GET [http.target|url.path=/accounts/a1] // span: GET [http.target|url.path=/accounts/nobody]
    return this.accounts.find(id);
  }

  @Post()
  open(@Body() account: { name: string }): Promise<unknown> { // span: AccountsController.open // span: open // span: POST
    return this.accounts.open(account.name);
  }
}
